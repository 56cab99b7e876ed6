/**
 * What a board says of itself, as fields of its request. One that does not have its form is as if it were missing, and the log
 * has it: no board is ever cut off from the release that would mend it by something that it says (docs/protocol.md §4).
 */
import { type Static, type TProperties, type TString, Type } from '@sinclair/typebox';
import type { FastifyRequest } from 'fastify';
import type { Fleet } from '../fleet/fleet.js';
import { sanitize } from '../fleet/sanitize.js';

const pattern = '^[A-Za-z0-9._,~-]*$';
export const word: TString = Type.String({ maxLength: 64, pattern });
/** Nine key ids, with the commas between them. */
export const keyIds: TString = Type.String({ maxLength: 160, pattern });
/** 200 bytes, and not even those of a character that was cut are passed over: its report has to come through. */
export const words: TString = Type.String({ maxLength: 600 });
export const whole: TString = Type.String({ maxLength: 15, pattern: '^[0-9]+$' });
export const nonce: TString = Type.String({ pattern: '^[0-9a-f]{16}$' });

/** The fields of a request that say whose it is. */
export const Credentials = Type.Object({ id: Type.Optional(word), mac: Type.Optional(word) });
export type Credentials = Static<typeof Credentials>;

/** Options of a route that reads its fields with `fieldsOf`. */
export const LENIENT = { attachValidation: true } as const;

const MAX_SHOWN = 80;

type Fields = Readonly<Record<string, unknown>>;
type FieldsRequest<Q> = Pick<FastifyRequest, 'raw' | 'validationError'> & { readonly query: Q };

/** The fields of a request that have their form, as `properties` says. Costs nothing where all have. @throws what is wrong with the address */
export function fieldsOf<Q extends Credentials>(
  request: FieldsRequest<Q>,
  properties: TProperties,
  fleet: Fleet,
): Q {
  const { validationError } = request;
  if (validationError === undefined) return request.query;
  if (validationError.validationContext !== 'querystring') throw validationError;
  const given: Fields = request.query;
  const wrong = Object.keys(properties).filter((name) => !fits(given[name], properties[name]));
  const left = leaveOut(given, wrong);
  fleet.passedOver(
    request.raw.socket,
    typeof left.id === 'string' ? left.id : undefined,
    shown(given, wrong),
  );
  // What is left has its form.
  return left as Q;
}

function fits(value: unknown, schema: Fields = {}): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'string') return false;
  const { maxLength, pattern: form } = schema;
  if (typeof maxLength === 'number' && [...value].length > maxLength) return false;
  return typeof form !== 'string' || new RegExp(form, 'u').test(value);
}

/** A MAC without the name that it is for proves nothing, and is nobody's lie. */
function leaveOut(given: Fields, wrong: readonly string[]): Fields {
  const out = wrong.includes('id') ? [...wrong, 'mac'] : wrong;
  return Object.fromEntries(Object.entries(given).filter(([name]) => !out.includes(name)));
}

/** Fit to be read by people. A MAC is nobody's business. */
function shown(given: Fields, wrong: readonly string[]): Readonly<Record<string, string>> {
  const text = (name: string) =>
    name === 'mac' ? '' : [...sanitize(String(given[name]))].slice(0, MAX_SHOWN).join('');
  return Object.fromEntries(wrong.map((name) => [name, text(name)]));
}
