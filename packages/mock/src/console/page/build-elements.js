/** Returns an element; whatever it shows is set as text, never as markup. */
export function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Returns a table row of cells, each `[class, ...children]`. */
export function row(...cells) {
  return element('tr', '', ...cells.map(([className, ...children]) => element('td', className, ...children)));
}

/** Shows the rows, or the note that stands in for them. */
export function fill(id, rows) {
  document.getElementById(id).replaceChildren(...rows);
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
