// What a hostile text put into a page that is more than text: see hostile.py, whose texts all say "owned".
// Takes what every hostile address contains. An address may be led to by a link of ours, and by nothing else.
mark => {
  const found = [];
  const note = e => found.push(e.outerHTML.slice(0, 120));
  if (window.owned !== undefined) found.push('a script ran');
  if (document.title.includes('owned')) found.push('the title is ' + document.title);
  const forbidden = 'iframe, frame, object, embed, video, audio, base, form, math, template, marquee, picture, ' +
    'meta[http-equiv=refresh], [id*=owned], [class*=owned], [name*=owned]';
  document.querySelectorAll(forbidden).forEach(note);
  for (const e of document.querySelectorAll('*')) {
    for (const {name, value} of e.attributes) {
      const ours = e.tagName === 'A' && name === 'href' && !/owned|https?:/.test(e.textContent);
      const words = ['alt', 'title', 'aria-label'].includes(name);  // say what they hold, and do nothing
      if (value.includes(mark) && !ours && !words) note(e);
      if (/^on/.test(name) && /owned/.test(value)) note(e);
    }
    const tag = e.tagName.toLowerCase(), words = e.textContent;
    if (tag === 'a' && /^\s*(javascript|data|vbscript):/i.test(e.getAttribute('href') || '')) note(e);
    // Prefect's editor of the raw text has pictures without a source.
    const source = e.getAttribute('src') || e.getAttribute('srcset') || '';
    if (tag === 'img' && source && !source.startsWith('data:image/svg+xml;base64,')) note(e);
    if (['style', 'script', 'link'].includes(tag) && (words.includes(mark) || words.includes('owned'))) note(e);
    if (['code', 'pre', 'del', 's', 'blockquote', 'sup', 'b', 'i'].includes(tag) && /owned|Sons/.test(words)) note(e);
    if (/^h\d$/.test(tag) && /^owned-heading/.test(words.trim())) note(e);
  }
  return [...new Set(found)].slice(0, 20);
}
