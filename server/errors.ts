/**
 * Everything that can go wrong, as a closed list: a code, the HTTP status it travels with, and what to do about it.
 * Tests and clients rely on the codes; the sentences are for people and may be reworded.
 */
const ERRORS = {
  // the sources
  source_missing: [500, 'Name the folder with --device, and check that all of it is readable.'],
  source_syntax: [500, 'Correct the line; the previous release is still served.'],
  source_encoding: [500, 'Save the file as UTF-8.'],
  source_twin: [500, 'Keep either the .py or the .mpy: MicroPython would always load the .py.'],
  source_symlink: [500, 'Replace the link by the file itself, or list it in .otaignore.'],
  path_invalid: [500, 'Rename the file: 1-60 bytes of letters, digits and ._-+@~(), in relative folders.'],
  path_reserved: [
    500,
    'Move the file: boot.py, boot.mpy, data/, rescue/ and update/ belong to the device, never to a release.',
  ],
  path_case: [500, 'Rename one of the two: FAT file systems cannot store names that differ only in case.'],
  path_shadow: [500, 'Rename the file or folder: a board that loads it can no longer update or roll back.'],
  secret_in_set: [
    500,
    'Move it out of the device folder, or list it in .otaignore: a release is public. Secrets of a single board belong into its data/.',
  ],
  lint_failed: [500, 'Correct the lines above, or switch the rule off in soft-ota.json.'],
  // the compiler
  source_large: [500, 'Split the file or the function, or let the program read its data from a file.'],
  compile_timeout: [
    500,
    'Write the result in place of the expression; the previous release is still served.',
  ],
  native_code: [500, 'Remove @native/@viper, or pass the mpy-cross of your firmware with --mpy-cross PATH.'],
  compiler_missing: [500, 'Check the path given with --mpy-cross.'],
  compiler_failed: [500, 'Run the compiler by hand on that file to see why.'],
  compiler_abi: [500, 'Use an mpy-cross whose .mpy version is the one of your boards (5 or 6).'],
  // the disk
  disk_full: [500, 'Make room on that disk; the previous release is still served.'],
  disk_failed: [500, 'Correct the cause above; the previous release is still served.'],
  access_denied: [
    500,
    'Run "ls -ld" on that path and the folders above it to see the owner. "chown -R" returns files that a run as root has created.',
  ],
  // keys
  key_missing: [
    500,
    'Make one with "npm run keygen", import one with "npm run keygen -- --import FILE", or correct the path.',
  ],
  public_key_missing: [
    500,
    'Get it from the keys/ folder of the signer: release.pub.pem, or the newest file of root/. It is not secret. Name it with --key FILE.',
  ],
  key_exists: [500, 'Nothing was overwritten. To use another key, move the old one away first.'],
  key_mode: [500, 'Make it private: chmod 600 on the file named above.'],
  key_invalid: [500, 'Give an RSA private key of 2048 bits or more with exponent 65537, in PEM.'],
  key_untrusted: [
    500,
    'Use a key that the newest root file names, or name this one: "npm run rotate -- --add FILE.pub.pem".',
  ],
  // whom boards trust
  root_invalid: [500, 'Fetch the root file again, or make the next one with "npm run rotate".'],
  root_version: [500, 'Boards take root files one by one: supply the missing one.'],
  root_change: [400, 'See "npm run rotate -- --help" for what can be changed.'],
  root_last: [
    400,
    'Let another key take its place in the same step: "npm run revoke -- --new KEY-ID", or --add FILE.pub.pem (--add-root with "npm run rotate").',
  ],
  epoch_wrong: [500, 'Build the release again: its key epoch is that of the newest root file.'],
  threshold_unmet: [
    500,
    'Let the other keys sign as well: "npm run sign-offline", or a build where they are. Boards refuse it until then.',
  ],
  // releases
  head_invalid: [500, 'Build the release again.'],
  signature_invalid: [500, 'Build the release again with a key that your boards trust.'],
  manifest_invalid: [500, 'Build the release again.'],
  blob_damaged: [500, 'Build the release again; the file was changed or cut short after it was published.'],
  release_missing: [500, 'Build a release first: npm run build.'],
  release_number: [500, 'Give a number above the last release, or omit --release.'],
  set_too_big: [500, 'Make the set smaller, or list files that the board does not need in .otaignore.'],
  mirror_failed: [502, 'Check the address given with --from; the last good copy is still served.'],
  folder_locked: [
    500,
    'If that process is "npm start", it already builds after each save. Otherwise stop it, or use another --bdist.',
  ],
  // the process
  config_invalid: [400, 'See --help.'],
  port_in_use: [500, 'Stop the program that uses the port, or choose another with --port.'],
  out_not_empty: [500, 'Name an empty or new folder with --out.'],
  // answers to devices and other clients
  request_invalid: [400, 'See docs/protocol.md for the fields and their form.'],
  request_slow: [408, 'Send the whole request within 10 seconds.'],
  request_large: [431, 'Send at most 8 KB of request line and headers, and no body.'],
  method_invalid: [405, 'Use GET or HEAD.'],
  not_found: [404, 'See docs/protocol.md for the addresses.'],
  abi_unknown: [404, 'Flash a matching MicroPython, or build for this .mpy version.'],
  blob_unknown: [404, 'Request the head again: no release on this server contains this blob.'],
  board_unknown: [409, 'Add the board to "boards" in soft-ota.json, or correct its name on the device.'],
  firmware_old: [409, 'Flash a newer MicroPython.'],
  release_bad: [409, 'The server does not offer it to this device again: publish a corrected release.'],
  release_halted: [
    409,
    'Too many devices have rolled it back. Publish a corrected release, or run "npm run resume".',
  ],
  not_enrolled: [401, 'This server answers enrolled devices only: provision the board for it.'],
  report_invalid: [403, 'The board has the key of another server: provision it for this one.'],
  not_ready: [503, 'Ask again in a moment: the first build has not finished.'],
  resume_refused: [403, 'Run "npm run resume" on the computer of the server.'],
  server_unreachable: [502, 'Start the server, or name its address with --server URL.'],
  wrong_key: [409, 'Sign with the key that the board trusts, or provision the board for this server.'],
  rollback: [409, 'Publish under a higher number, or let boards install a lower one: npm run downgrade.'],
  internal: [500, 'This is a fault of the server; see its log.'],
} as const satisfies Record<string, readonly [status: number, hint: string]>;

export type ErrorCode = keyof typeof ERRORS;

/** An error with a code from the list. `message` says what happened, `hint` what to do, `cause` keeps the origin. */
export class SoftOtaError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SoftOtaError';
    this.code = code;
    [this.status, this.hint] = ERRORS[code];
  }
}

/** True when `error` carries exactly this code. */
export function hasCode(error: unknown, code: ErrorCode): error is SoftOtaError {
  return error instanceof SoftOtaError && error.code === code;
}
