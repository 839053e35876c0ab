type Format = (text: string) => boolean;

/** The formats that no regular expression can check. */
export const formats: Readonly<Record<'date' | 'time' | 'date-time', Format>> = {
  date: isDate,
  time: isTime,
  'date-time': isDateTime,
};

/** Whether this is a `full-date` of RFC 3339, on a day that the calendar has. */
function isDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // Another month or day is what a day too many comes to.
  return date.getUTCMonth() + 1 === Number(month) && date.getUTCDate() === Number(day);
}

/** Whether this is a `full-time` of RFC 3339; a second 60 stands at the end of a day of UTC alone. */
function isTime(text: string): boolean {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:z|([+-])(\d\d):(\d\d))$/i.exec(text);
  if (!match) return false;
  const [hour = 0, minute = 0, second = 0] = match.slice(1, 4).map(Number);
  const [offsetHours, offsetMinutes] = match.slice(5).map((part) => Number(part ?? 0)) as [number, number];
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return false;
  const offset = (offsetHours * 60 + offsetMinutes) * (match[4] === '-' ? -1 : 1);
  const minuteOfDay = (hour * 60 + minute - offset + 2 * 1440) % 1440;
  return second < 60 || minuteOfDay === 1439;
}

function isDateTime(text: string): boolean {
  const [date = '', time = '', ...rest] = text.split(/t/i);
  return rest.length === 0 && isDate(date) && isTime(time);
}
