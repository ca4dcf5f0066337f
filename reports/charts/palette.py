"""The colours of every chart: told apart by the colour-blind, in grey print, and on a light or a dark page.

Vermillion and blue are of the palette of Okabe and Ito, "Color Universal Design" (2008,
https://jfly.uni-koeln.de/color/). In greyscale neighbours differ by lightness (relative luminance of
vermillion 0.22, grey 0.59, blue 0.15); and nothing is told by colour alone: order and place say the same.
A chart brings its own white ground, as a picture does not learn which theme the Prefect UI shows.
"""

from __future__ import annotations

GROUND = "#fff"
EDGE = "#d0d5db"
INK = "#1f2933"
QUIET = "#52606d"
"""Of labels; 6.4 to 1 on the ground."""
GRID = "#e4e7eb"
AXIS = "#7b8794"
WEEKEND = "#eef1f4"
HATCH = "#9aa5b1"

NEGATIVE = "#d55e00"
NEUTRAL = "#c5cad1"
POSITIVE = "#0072b2"
MAIN = "#0072b2"
OTHERS = "#a9b8c6"
BAND = "#b9d7ea"
LIGHTER = "#9cc3db"
"""In legends: what is shown lighter."""
