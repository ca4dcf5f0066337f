"""How well a reader reads: labelled rows in, figures, JSON and pictures out (`earful evaluate`)."""
