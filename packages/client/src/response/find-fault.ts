/** What an error or one of its causes may have. */
type Fields = Readonly<Record<string, unknown>>;

/** The error that shows why a request got no answer, where that is not the network. */
export interface Fault {
  /** TLS that only one side speaks, a certificate that is not trusted, or a mistake in the program or what it runs on. */
  readonly kind: 'protocol' | 'certificate' | 'program';
  readonly error: Fields;
}

const maxCauses = 5;

/** What engines say of mistakes, which they never translate, unlike what they say of the network. */
const engineMistakes =
  /is not (an? |iterable|defined|valid)|Cannot (?!connect|reach|resolve)|can't access|undefined|\bnull\b|URL|'fetch'|header|onstruct|Invalid |Illegal/;

/** What the errors of each kind look like as code, name and message: whatever looks otherwise is the network's. */
const kinds: readonly (readonly [Fault['kind'], RegExp])[] = [
  // A network cuts connections within TLS, too.
  ['protocol', /^ERR_SSL_(?!.*(VERIFY|RECORD|EOF|INTERNAL|DECR))|wrong version number|InvalidContentType/],
  ['certificate', /CERT|_VERIFY|certificate|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/],
  ['program', new RegExp(` TypeError: .*(${engineMistakes.source})`)],
  // Bodies and objects that are used up or frozen.
  [
    'program',
    / TypeError: .*(already (been|cons|read)|locked|execute|extensible|mmutable|read.?only|ircular|BigInt|duplex)/,
  ],
  // Misuse of Node or undici, and files.
  [
    'program',
    /^((UND_)?ERR_(\w+ TypeError|\w*(INVALID|SUPPORTED)|ASSERT|ACCESS|CRYPTO|HTTP_[BCH]|METHOD|OSSL|PACKAGE|REQ_C|REQUIRE|UNK)|E(ACCES|EXIST|INVAL|ISDIR|NO(ENT|SPC|TDIR)|PERM|ROFS) \w+: E[A-Z]+:)/,
  ],
  // What an engine, Deno or a bundle refuses.
  [
    'program',
    / ((Assertion|DataClone|Eval|Invalid\w+|NotSupported|Range|Reference|Security|Syntax)Error|NotCapable|PermissionDenied): /,
  ],
  ['program', /MODULE_NOT| (Type)?Error: (.*(not (implement|support)|scheme|protocol must)|bad port|invalid method)/],
];

/** Finds what shows whose fault a failure is, in an error or its causes; undefined stands for the network. */
export function findFault(thrown: unknown): Fault | undefined {
  const chain = chainOf(thrown);
  for (const [kind, pattern] of kinds) {
    const error = chain.find(({ code, name, message }) => pattern.test(`${code} ${name}: ${message}`));
    if (error) return { kind, error };
  }
  return undefined;
}

/** Returns an error and its causes, the outermost first. */
function chainOf(thrown: unknown): Fields[] {
  const chain: Fields[] = [];
  for (let each = thrown; each && chain.length < maxCauses; each = Object(each).cause) chain.push(Object(each));
  return chain;
}
