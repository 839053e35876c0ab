/** Returns an element; whatever it shows is set as text, never as markup. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Returns a button that calls a function. */
export function button(text, className, action) {
  const made = element('button', className, text);
  made.type = 'button';
  made.addEventListener('click', action);
  return made;
}

/** Returns a table row of cells, each `[class, ...children]`. */
export function row(...cells) {
  return element('tr', '', ...cells.map(([className, ...children]) => element('td', className, ...children)));
}

/** Shows the rows, or the note that stands in for them. Rows that stay are not touched: one of them may have the focus. */
export function fill(id, rows) {
  const list = document.getElementById(id);
  const wanted = new Set(rows);
  for (const old of [...list.children]) if (!wanted.has(old)) old.remove();
  let at = list.firstChild;
  for (const each of rows) {
    if (each === at) at = at.nextSibling;
    else list.insertBefore(each, at);
  }
  document.getElementById(`no-${id}`).hidden = rows.length > 0;
}

const two = (value) => String(value).padStart(2, '0');

/** Unix milliseconds as the time of day, to the second. */
export function timeOfDay(at) {
  const time = new Date(at);
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** Unix milliseconds as the time of day, to the millisecond. */
export function exactTimeOfDay(at) {
  return `${timeOfDay(at)}.${String(new Date(at).getMilliseconds()).padStart(3, '0')}`;
}

/** Unix milliseconds as date and time. */
export function dateAndTime(at) {
  const time = new Date(at);
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${timeOfDay(at)}`;
}

/** Returns the text of a body, that of JSON in lines. */
export function legibleBody(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Says something beside a control: in the place for it that is nearest. */
export function tell(control, text, isWrong = false) {
  const place =
    control.closest('section, form, .detail')?.querySelector('.message') ?? document.getElementById('notice');
  place.textContent = text;
  place.classList.toggle('bad', isWrong);
}
