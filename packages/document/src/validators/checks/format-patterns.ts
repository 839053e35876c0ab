const decimal = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4 = `${decimal}(?:\\.${decimal}){3}`;
const h16 = '[0-9a-f]{1,4}';
const ls32 = `(?:${h16}:${h16}|${ipv4})`;
/** RFC 4291, section 2.2, as RFC 3986 writes it. */
const ipv6 = [
  `(?:${h16}:){6}${ls32}`,
  `::(?:${h16}:){5}${ls32}`,
  ...[4, 3, 2, 1].map((count, index) => `(?:(?:${h16}:){0,${index}}${h16})?::(?:${h16}:){${count}}${ls32}`),
  `(?:(?:${h16}:){0,4}${h16})?::${ls32}`,
  `(?:(?:${h16}:){0,5}${h16})?::${h16}`,
  `(?:(?:${h16}:){0,6}${h16})?::`,
].join('|');

const percent = '%[0-9a-f]{2}';
const pchar = `(?:[a-z0-9\\-._~!$&'()*+,;=:@]|${percent})`;
const userinfo = `(?:[a-z0-9\\-._~!$&'()*+,;=:]|${percent})*`;
const name = `(?:[a-z0-9\\-._~!$&'()*+,;=]|${percent})*`;
const host = `(?:\\[(?:${ipv6}|v[0-9a-f]+\\.[a-z0-9\\-._~!$&'()*+,;=:]+)\\]|${name})`;
const authority = `//(?:${userinfo}@)?${host}(?::\\d*)?(?:/${pchar}*)*`;
const absolute = `/(?:${pchar}+(?:/${pchar}*)*)?`;
const rest = `(?:\\?(?:${pchar}|[/?])*)?(?:#(?:${pchar}|[/?])*)?`;
const scheme = '[a-z][a-z0-9+\\-.]*:';
const rootless = `${pchar}+(?:/${pchar}*)*`;
const uri = `${scheme}(?:${authority}|${absolute}|${rootless})?${rest}`;
const noscheme = `(?:[a-z0-9\\-._~!$&'()*+,;=@]|${percent})+(?:/${pchar}*)*`;
const relative = `(?:${authority}|${absolute}|${noscheme})?${rest}`;

const varname = `(?:\\w|${percent})(?:\\.?(?:\\w|${percent}))*`;
const varspec = `${varname}(?:\\*|:[1-9]\\d{0,3})?`;
const literals = `(?:[^\\x00-\\x20"%<>\\\\^\`{|}\\x7f]|${percent})`;
const label = '(?![^.]{64})(?!(?!xn)..--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const hostname = `${label}(?:\\.${label})*`;
const atext = "[a-z0-9!#$%&'*+/=?^_`{|}~\\-]+";
const quoted = '"(?:[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]|\\\\[\\x20-\\x7e])*"';
const time = '(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S)';
const date = '(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|\\d+M(?:\\d+D)?|\\d+D)';

/** The formats that a regular expression decides, each by the RFC that JSON Schema names. All but `duration` ignore case. */
export const formatPatterns: Readonly<Record<string, string>> = {
  duration: `^P(?:\\d+W|${date}(?:T${time})?|T${time})$`,
  email: `^(?:${atext}(?:\\.${atext})*|${quoted})@(?:${hostname}|\\[(?:${ipv4}|IPv6:(?:${ipv6}))\\])$`,
  hostname: `^(?=.{1,253}$)${hostname}$`,
  ipv4: `^${ipv4}$`,
  ipv6: `^(?:${ipv6})$`,
  uuid: '^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$',
  uri: `^${uri}$`,
  'uri-reference': `^(?:${uri}|${relative})$`,
  'uri-template': `^(?:${literals}|\\{[+#./;?&=,!@|]?${varspec}(?:,${varspec})*\\})*$`,
  'json-pointer': '^(?:/(?:[^~/]|~[01])*)*$',
  'relative-json-pointer': '^(?:0|[1-9]\\d*)(?:#|(?:/(?:[^~/]|~[01])*)*)$',
};
