/**
 * The choice of ruff's rules. A finding stops a build, so they find faults and not style; line length,
 * import order and names are everyone's own affair.
 */
export const RUFF_SETTINGS = {
  // The newest grammar that MicroPython's comes near to: f-strings and := yes, match no.
  'target-version': 'py38',
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

/** `__init__.py` imports names for others; ruff cannot know, it sees no file name. */
export const RULES_OFF_IN_INIT: ReadonlySet<string> = new Set(['F401']);
