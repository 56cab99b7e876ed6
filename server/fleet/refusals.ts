/** Why a board takes no release, in the codes that it says (docs/protocol.md §4), and in words for people. Pure. */
const REASONS: Readonly<Record<string, string>> = {
  abi_unknown: 'the release is for another .mpy version',
  blob_damaged: 'a file did not arrive as it was signed',
  blob_unknown: 'the server did not have a file of the release',
  board_unknown: 'the release is for other boards',
  epoch_wrong: 'the release is of another key epoch than the keys that it trusts',
  firmware_old: 'its MicroPython is older than the release needs',
  head_invalid: 'the head was of no form that it knows',
  manifest_invalid: 'the manifest names a file that no release may bring',
  no_answer: 'the server fell silent',
  on_trial: 'its installed release is still on trial',
  release_bad: 'it has rolled this release back',
  rollback: 'it has, or had, a release of a higher number',
  root_invalid: 'a root file was of no form that it knows',
  root_version: 'the root files do not follow one another',
  same_number: 'it has other content under the same number',
  set_too_big: 'the new files do not fit on its flash beside the old ones',
  signature_invalid: 'a key that it trusts has signed wrongly',
  threshold_unmet: 'too few of the keys that it trusts have signed',
  unfinished: 'an update before this one is not finished',
  wrong_key: 'no key that it trusts has signed',
};

/** One clause; a code that is not known here stands for itself. */
export function refusalText(code: string): string {
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  return reason === undefined ? code : `${code}, ${reason}`;
}
