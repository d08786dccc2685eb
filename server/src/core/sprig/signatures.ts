/** What completion and hover say of a function. */
export interface FunctionSignature {
  readonly name: string;
  /** `trunc length int, text string → string`, in the order of the arguments. */
  readonly signature: string;
  readonly summary: string;
}

/** One line each: name, parameters, result, what it does. */
const table = `
hello || string | Gives "Hello!".
toString | value | string | The value as text.
toStrings | list | []string | The list's values as texts.
trim | text string | string | Takes white space away at both ends.
trimAll | letters, text string | string | Takes any of the letters away at both ends.
trimall | letters, text string | string | The old name of trimAll.
trimPrefix | prefix, text string | string | The text without the prefix.
trimSuffix | suffix, text string | string | The text without the suffix.
nospace | text string | string | The text without white space.
upper | text string | string | All in capitals.
lower | text string | string | All in small letters.
title | text string | string | Each word with a capital first.
untitle | text string | string | Each word with a small letter first.
swapcase | text string | string | Capitals become small letters and the other way round.
snakecase | text string | string | HTTPServer becomes http_server.
kebabcase | text string | string | HTTPServer becomes http-server.
camelcase | text string | string | http_server becomes HttpServer.
initials | text string | string | The first letter of each word.
trunc | length int, text string | string | The first bytes, or the last ones with a negative length.
substr | start, end int, text string | string | The bytes from start to before end.
abbrev | width int, text string | string | Cut to the width, with ... at the end.
abbrevboth | left, right int, text string | string | Cut at both ends, with ... there.
wrap | width int, text string | string | Lines of that width, broken between words.
wrapWith | width int, separator, text string | string | Like wrap, with a separator for the line break; breaks long words.
contains | part, text string | bool | Whether the text holds the part.
hasPrefix | prefix, text string | bool | Whether the text starts so.
hasSuffix | suffix, text string | bool | Whether the text ends so.
quote | value... | string | Each value in double quotes.
squote | value... | string | Each value in single quotes.
cat | value... | string | The values with spaces between them.
indent | spaces int, text string | string | Each line moved to the right.
nindent | spaces int, text string | string | Like indent, on a new line.
replace | old, new, text string | string | Each old part becomes the new one.
repeat | count int, text string | string | The text that many times.
plural | one, many string, count int | string | One of both, by the count.
split | separator, text string | map[string]string | The parts as _0, _1 and so on.
splitn | separator string, limit int, text string | map[string]string | Like split, into at most so many parts.
splitList | separator, text string | []string | The parts as a list.
join | separator string, list | string | The list's values as one text.
list | value... | list | A list of the values.
tuple | value... | list | The old name of list.
append | list, value | list | The list with the value at its end.
push | list, value | list | Another name of append.
mustAppend | list, value | list | Like append.
mustPush | list, value | list | Like append.
prepend | list, value | list | The list with the value at its start.
mustPrepend | list, value | list | Like prepend.
first | list | any | The first value.
mustFirst | list | any | Like first.
last | list | any | The last value.
mustLast | list | any | Like last.
rest | list | list | All but the first value.
mustRest | list | list | Like rest.
initial | list | list | All but the last value.
mustInitial | list | list | Like initial.
reverse | list | list | The values from the last to the first.
mustReverse | list | list | Like reverse.
compact | list | list | The list without empty values.
mustCompact | list | list | Like compact.
uniq | list | list | Each value once.
mustUniq | list | list | Like uniq.
without | list, value... | list | The list without these values.
mustWithout | list, value... | list | Like without.
has | value, list | bool | Whether the list holds the value.
mustHas | value, list | bool | Like has.
slice | list, start, end | list | The values from start to before end.
mustSlice | list, start, end | list | Like slice.
chunk | size int, list | [][]any | The list in pieces of that size.
mustChunk | size int, list | [][]any | Like chunk.
concat | list... | list | All lists in one.
sortAlpha | list | []string | The values as texts, sorted.
dict | key, value, ... | dict | A dictionary of keys and values.
get | dict, key string | any | The key's value, or an empty text.
set | dict, key string, value | dict | Sets the key in the dictionary itself.
unset | dict, key string | dict | Takes the key out of the dictionary itself.
hasKey | dict, key string | bool | Whether the dictionary has the key.
pluck | key string, dict... | list | The key's values in all dictionaries.
keys | dict... | []string | The keys, in no fixed order.
values | dict | list | The values, in no fixed order.
pick | dict, key string... | dict | A dictionary of these keys only.
omit | dict, key string... | dict | A dictionary without these keys.
merge | target dict, source dict... | dict | Adds to the target what it lacks.
mustMerge | target dict, source dict... | dict | Like merge, failing where it cannot.
mergeOverwrite | target dict, source dict... | dict | Sets in the target what the sources have.
mustMergeOverwrite | target dict, source dict... | dict | Like mergeOverwrite, failing where it cannot.
deepCopy | value | any | A copy, all the way down.
mustDeepCopy | value | any | Like deepCopy.
dig | key string, ..., default, dict | any | The value at a path of keys, or the default.
default | default, value | any | The value, or the default where it is empty.
empty | value | bool | Whether it is false, 0, nil or without content.
coalesce | value... | any | The first value that is not empty.
all | value... | bool | Whether no value is empty.
any | value... | bool | Whether some value is not empty.
ternary | yes, no, condition bool | any | The first value if the condition holds, else the second.
fail | message string | string | Ends the template with an error.
atoi | text string | int | The text as an integer, 0 if it is none.
int | value | int | The value as an integer, 0 if it is none.
int64 | value | int64 | The value as an integer, 0 if it is none.
float64 | value | float64 | The value as a number, 0 if it is none.
toDecimal | value | int64 | Reads the value as an octal number.
add1 | value | int64 | One more.
add | value... | int64 | The sum, as integers.
sub | a, b | int64 | a minus b, as integers.
div | a, b | int64 | a divided by b, as integers.
mod | a, b | int64 | What is left of a divided by b.
mul | a, value... | int64 | The product, as integers.
max | a, value... | int64 | The largest, as integers.
biggest | a, value... | int64 | The old name of max.
min | a, value... | int64 | The smallest, as integers.
add1f | value | float64 | One more.
addf | value... | float64 | The sum, exact in decimals.
subf | a, value... | float64 | a minus the others, exact in decimals.
divf | a, value... | float64 | a divided by the others, to 16 decimals.
mulf | a, value... | float64 | The product, exact in decimals.
maxf | a, value... | float64 | The largest.
minf | a, value... | float64 | The smallest.
ceil | value | float64 | The next integer above.
floor | value | float64 | The next integer below.
round | value, decimals int, from float64 | float64 | Rounded to that many decimals.
until | count int | []int | The integers from 0 to before the count.
untilStep | start, stop, step int | []int | The integers from start to before stop.
seq | start, step, end int | string | The integers as a text, with spaces.
randInt | min, max int | int | A random integer from min to before max.
b64enc | text string | string | The text in Base64.
b64dec | text string | string | What the Base64 text means.
b32enc | text string | string | The text in Base32.
b32dec | text string | string | What the Base32 text means.
toJson | value | string | The value as JSON.
mustToJson | value | string | Like toJson, failing where it cannot.
toPrettyJson | value | string | The value as JSON with line breaks.
mustToPrettyJson | value | string | Like toPrettyJson, failing where it cannot.
toRawJson | value | string | The value as JSON with <, > and & as they are.
mustToRawJson | value | string | Like toRawJson.
fromJson | text string | any | What the JSON text means, nil if it is none.
mustFromJson | text string | any | Like fromJson, failing where it cannot.
base | path string | string | The last part of a path.
dir | path string | string | All but the last part of a path.
clean | path string | string | The shortest path that means the same.
ext | path string | string | The extension of a path.
isAbs | path string | bool | Whether the path starts at the root.
osBase | path string | string | Like base, for files.
osDir | path string | string | Like dir, for files.
osClean | path string | string | Like clean, for files.
osExt | path string | string | Like ext, for files.
osIsAbs | path string | bool | Like isAbs, for files.
regexMatch | regex, text string | bool | Whether the expression matches somewhere.
mustRegexMatch | regex, text string | bool | Like regexMatch, failing for a wrong expression.
regexFind | regex, text string | string | The first match.
mustRegexFind | regex, text string | string | Like regexFind.
regexFindAll | regex, text string, limit int | []string | All matches; no limit with -1.
mustRegexFindAll | regex, text string, limit int | []string | Like regexFindAll.
regexReplaceAll | regex, text, replacement string | string | Replaces matches; \${1} stands for the first group.
mustRegexReplaceAll | regex, text, replacement string | string | Like regexReplaceAll.
regexReplaceAllLiteral | regex, text, replacement string | string | Replaces matches by the text as it is.
mustRegexReplaceAllLiteral | regex, text, replacement string | string | Like regexReplaceAllLiteral.
regexSplit | regex, text string, limit int | []string | The parts between matches; no limit with -1.
mustRegexSplit | regex, text string, limit int | []string | Like regexSplit.
regexQuoteMeta | text string | string | An expression that matches the text as it is.
semver | version string | *semver.Version | A semantic version, with .Major, .Minor, .Patch and .Prerelease.
semverCompare | constraint, version string | bool | Whether the version satisfies the constraint.
urlParse | url string | dict | The URL's parts: scheme, host, hostname, path, query, opaque, fragment, userinfo.
urlJoin | parts dict | string | The URL of such parts.
typeOf | value | string | The Go type's name.
typeIs | type string, value | bool | Whether the value has the type.
typeIsLike | type string, value | bool | Like typeIs, for pointers too.
kindOf | value | string | The kind: string, int, slice, map and so on.
kindIs | kind string, value | bool | Whether the value is of the kind.
deepEqual | a, b | bool | Whether both are equal, all the way down.
now || time.Time | The current time.
date | layout string, date | string | The date in a layout of Go (2006-01-02 15:04:05).
dateInZone | layout string, date, zone string | string | The date in a layout and time zone.
date_in_zone | layout string, date, zone string | string | The old name of dateInZone.
htmlDate | date | string | The date as 2006-01-02.
htmlDateInZone | date, zone string | string | The date as 2006-01-02 in a time zone.
dateModify | duration string, date time.Time | time.Time | The date moved by a duration such as -1.5h.
date_modify | duration string, date time.Time | time.Time | The old name of dateModify.
mustDateModify | duration string, date time.Time | time.Time | Like dateModify, failing for a wrong duration.
must_date_modify | duration string, date time.Time | time.Time | The old name of mustDateModify.
ago | date | string | How long ago it was.
duration | seconds | string | Seconds as 1h35m10s.
durationRound | duration | string | The largest unit alone: 2h, 3mo.
toDate | layout, text string | time.Time | Reads a date.
mustToDate | layout, text string | time.Time | Like toDate, failing where it cannot.
unixEpoch | date time.Time | string | Seconds since 1970.
sha1sum | text string | string | The SHA-1 sum.
sha256sum | text string | string | The SHA-256 sum.
sha512sum | text string | string | The SHA-512 sum.
adler32sum | text string | string | The Adler-32 sum.
randAlphaNum | length int | string | Random letters and digits.
randAlpha | length int | string | Random letters.
randAscii | length int | string | Random printable characters.
randNumeric | length int | string | Random digits.
randBytes | length int | string | Random bytes, in Base64.
shuffle | text string | string | The letters in a random order.
uuidv4 || string | A random UUID.
bcrypt | password string | string | The password's bcrypt hash.
htpasswd | user, password string | string | A line of an htpasswd file.
derivePassword | counter uint32, type, password, user, site string | string | A password by the Master Password algorithm.
encryptAES | password, text string | string | The text encrypted with AES-256, in Base64.
decryptAES | password, text string | string | What encryptAES encrypted.
genPrivateKey | type string | string | A new private key: rsa, dsa, ecdsa or ed25519.
buildCustomCert | certificate, key string | certificate | A certificate and key from Base64 texts.
genCA | name string, days int | certificate | A new certificate authority, with .Cert and .Key.
genCAWithKey | name string, days int, key string | certificate | Like genCA, with a key of one's own.
genSelfSignedCert | name string, addresses, names list, days int | certificate | A self-signed certificate.
genSelfSignedCertWithKey | name string, addresses, names list, days int, key string | certificate | Like genSelfSignedCert, with a key of one's own.
genSignedCert | name string, addresses, names list, days int, ca certificate | certificate | A certificate that the authority signs.
genSignedCertWithKey | name string, addresses, names list, days int, ca certificate, key string | certificate | Like genSignedCert, with a key of one's own.
env | name string | string | An environment variable of the machine that renders.
expandenv | text string | string | The text with environment variables filled in.
getHostByName | name string | string | An address of the host.
`;

export const sprigSignatures: readonly FunctionSignature[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [name = '', parameters = '', result = '', summary = ''] = line
      .split('|')
      .map((part) => part.trim());
    const signature = `${name}${parameters === '' ? '' : ` ${parameters}`} → ${result}`;
    return { name, signature, summary };
  });
