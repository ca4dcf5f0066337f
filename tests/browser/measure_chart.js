// Faults of the one chart on a page: see layout.py. Takes the pixels that rounding may take.
slack => {
  const found = [], svg = document.querySelector('svg'), around = svg.getBoundingClientRect();
  for (const e of svg.querySelectorAll('script, image, foreignObject, a, iframe'))
    found.push('a chart holds <' + e.tagName + '>');
  const texts = [...svg.querySelectorAll('text')].filter(e => e.textContent.trim());
  const boxes = texts.map(e => [e.getBoundingClientRect(), e.textContent.trim().slice(0, 40)]);
  for (const [box, words] of boxes)
    if (box.left < around.left - slack || box.right > around.right + slack ||
        box.top < around.top - slack || box.bottom > around.bottom + slack) found.push(`cut: "${words}"`);
  boxes.forEach(([a, words], i) => boxes.slice(i + 1).forEach(([b, others]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > slack && high > Math.min(a.height, b.height) / 3) found.push(`overlap: "${words}" and "${others}"`);
  }));
  return found;
}
