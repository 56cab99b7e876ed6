/** How a device stands to the release that is served now: what the page shows of it. Pure. */
import type { Release } from '../release/release.js';
import { isCurrent } from './decide.js';
import { filesText, type Outcome, outcomeOf, reasonOf } from './outcome.js';
import type { UpdateSession } from './update-session.js';

export interface DeviceState {
  readonly state: Outcome | 'device behind' | 'device fetching' | 'device asks';
  /** One sentence, where the state alone does not say all. */
  readonly message?: string | undefined;
}

/** @param release what is served now */
export function stateOf(session: UpdateSession, release: Release | undefined): DeviceState {
  if (isOn(session, release)) return { state: 'device current' };
  if (isOld(session, release)) return behind(session, release);
  return session.isOver || session.kind === 'refused' ? ended(session) : atWork(session);
}

/** Does it run `release`, by what it said last? Not, if that is kept from it. */
export function isOn(session: UpdateSession, release: Release | undefined): boolean {
  const head = release?.heads.get(session.abi);
  if (head === undefined || !isCurrent(session.checkIn, head)) return false;
  return session.kind !== 'refused' || isOld(session, release);
}

/** Was it another release that it was answered with? */
function isOld({ kind, manifest, release, abi }: UpdateSession, now: Release | undefined): boolean {
  if (release !== now?.number) return true;
  return kind !== 'refused' && manifest !== now?.heads.get(abi)?.manifest;
}

/** What it was offered is not what is served now. */
function behind({ checkIn }: UpdateSession, release: Release | undefined): DeviceState {
  if (release === undefined) return { state: 'device asks' };
  const has = checkIn.have === undefined ? '' : ` It had ${checkIn.have === 0 ? 'none' : checkIn.have}.`;
  return {
    state: 'device behind',
    message: `It has not asked since release ${release.number} is served.${has}`,
  };
}

function ended(session: UpdateSession): DeviceState {
  const state = outcomeOf(session);
  return { state, message: reasonOf(session, state) };
}

function atWork(session: UpdateSession): DeviceState {
  const { sent, hasManifest } = session.progress;
  if (sent === 0 && !hasManifest) return { state: 'device asks' };
  if (session.isComplete) return ended(session);
  return { state: 'device fetching', message: filesText(session) };
}
