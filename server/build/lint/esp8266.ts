import { LANGUAGE_RULES } from './esp8266-language.js';
import { MODULE_RULES } from './esp8266-modules.js';
import type { Rule } from './rule.js';

/**
 * What a stock ESP8266 with 1 MB of flash lacks (MicroPython 1.19-1.28, FLASH_1M), one entry for each rule. To add
 * one: take the next number of both tables, search with the words of matchers.ts, and say what to write instead.
 */
export const ESP8266_RULES: readonly Rule[] = [...LANGUAGE_RULES, ...MODULE_RULES].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);
