// Faults of a page: see layout.py. Takes [selector of the content, pixels that rounding may take].
([selector, slack]) => {
  const found = [], content = document.querySelector(selector);
  if (!content) return ['the page has no ' + selector];
  const name = e => e.tagName.toLowerCase() + ' "' + (e.textContent || e.alt || '').trim().slice(0, 60) + '"';
  const seen = e => e.checkVisibility() && !e.closest('nav');  // Prefect's own path to the page
  const root = document.scrollingElement;
  if (root.scrollWidth > root.clientWidth + slack) found.push('the page scrolls sideways');

  // The older UI never breaks a line in a table and lets one scroll instead. `earful serve` leaves that UI out.
  const OLD_TABLES = '.markdown-renderer__table, .markdown-renderer__table *';

  // Cut: wider than what holds it, whether that hides the rest or lets one scroll for it.
  const clips = [content, ...content.querySelectorAll('*')].filter(e => getComputedStyle(e).overflowX !== 'visible');
  for (const e of clips)
    if (seen(e) && e.clientWidth && e.scrollWidth > e.clientWidth + slack && !e.closest('svg'))
      if (!e.matches(OLD_TABLES)) found.push(`cut: ${name(e)} needs ${e.scrollWidth} px and has ${e.clientWidth}`);

  const pictures = [...content.querySelectorAll('img')].filter(seen);
  for (const e of pictures) {
    if (!e.complete || !e.naturalWidth) found.push('not loaded: ' + name(e));
    if (!e.alt) found.push('without words: a picture');
    const box = e.getBoundingClientRect(), around = content.getBoundingClientRect();
    if (box.right > around.right + slack) found.push('cut: a picture, ' + name(e));
    if (e.naturalWidth && box.width < e.naturalWidth / 2) found.push('shrunk to less than half: ' + name(e));
  }

  // Lines of text as they are set, and pictures: none may lie on another.
  const boxes = [];
  const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || !seen(node.parentElement) || node.parentElement.closest('svg')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const around = node.parentElement.closest('.markdown-renderer__table')?.getBoundingClientRect();
    const out = box => around && (box.right > around.right || box.bottom > around.bottom);
    for (const box of range.getClientRects())
      if (box.width > slack && box.height > slack && !out(box)) boxes.push([box, node.data.trim().slice(0, 40)]);
  }
  // Neighbours in a table: their words must not run together.
  const edges = (cell, side) => {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), found = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const range = document.createRange(), text = node.data;
      const [start, end] = [text.length - text.trimStart().length, text.trimEnd().length];
      if (start >= end) continue;
      range.setStart(node, start);
      range.setEnd(node, end);
      found.push(...[...range.getClientRects()].map(box => box[side]));
    }
    return found;
  };
  for (const cell of [...content.querySelectorAll('th, td')].filter(seen)) {
    let next = cell.nextElementSibling;
    while (next && !next.textContent.trim()) next = next.nextElementSibling;
    if (!next || !cell.textContent.trim()) continue;
    const [right, left] = [Math.max(...edges(cell, 'right')), Math.min(...edges(next, 'left'))];
    if (left - right < 4) found.push(`run together: "${cell.textContent.trim()}" and "${next.textContent.trim()}"`);
  }
  for (const e of pictures) boxes.push([e.getBoundingClientRect(), 'picture ' + e.alt.slice(0, 40)]);
  boxes.sort((a, b) => a[0].top - b[0].top);
  for (let i = 0; i < boxes.length; i++)
    for (let j = i + 1; j < boxes.length && boxes[j][0].top < boxes[i][0].bottom; j++) {
      const [a, b] = [boxes[i][0], boxes[j][0]];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 * slack && high > Math.min(a.height, b.height) / 3)
        found.push(`overlap: "${boxes[i][1]}" and "${boxes[j][1]}"`);
    }
  return [...new Set(found)].slice(0, 40);
}
