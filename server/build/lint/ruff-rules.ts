import type { Severity } from '../finding.js';

/** The choice of ruff's rules: faults, and what often is one; line length, import order and names are everyone's own affair. */
export const RUFF_SETTINGS = {
  // The newest grammar: the compiler has the word on what MicroPython knows.
  'target-version': 'py314',
  builtins: ['const', 'execfile', 'ptr', 'ptr8', 'ptr16', 'ptr32', 'uint'],
  lint: {
    select: ['E711', 'E713', 'E714', 'E721', 'E722', 'E9', 'F', 'W605', 'B'],
    ignore: [
      // Of desktop Python: zip(strict=), warnings, functools caches, re keywords.
      ...['B905', 'B911', 'B028', 'B019', 'B034'],
      // MicroPython keeps no chain of exceptions, so "raise ... from" is bytes for nothing.
      'B904',
      // Style: unused loop names, getattr with a constant.
      ...['B007', 'B009', 'B010'],
    ],
  },
} as const;

/** ruff's name for what it cannot read. */
export const INVALID_SYNTAX = 'invalid-syntax';
/** Of a file on which ruff broke down. */
export const UNCHECKED = 'unchecked';

/**
 * What raises when the line is run, or is not what any compiler takes: these stop a build. All the rest is said, for a
 * program may well work with it.
 */
const ERRORS: ReadonlySet<string> = new Set([
  // Names that are nowhere, or have no value yet.
  ...['F821', 'F823'],
  // The operands of % and the arguments of format() do not fit the text.
  ...['F501', 'F502', 'F503', 'F505', 'F506', 'F507', 'F508', 'F509', 'F521', 'F524', 'F525'],
  // Statements where they cannot stand.
  ...['F621', 'F622', 'F701', 'F702', 'F704', 'F706', 'F707', 'E902'],
  // `print >> f`, `raise "text"`, `except 1:`.
  ...['F633', 'B016', 'B030'],
]);

export function severityOf(rule: string): Severity {
  if (rule === INVALID_SYNTAX) return 'syntax';
  return ERRORS.has(rule) ? 'error' : 'warning';
}

/** `__init__.py` imports names for others; ruff cannot know, it sees no file name. */
export const RULES_OFF_IN_INIT: ReadonlySet<string> = new Set(['F401']);
