/** What is said, once, when the system allows no more watches. */
export const POLLING_MESSAGE = 'changes are looked for twice a second';

/** The reason and the way out, for the log. */
export function limitReason(error: Error): { readonly reason: string; readonly todo: string } {
  return {
    reason: `The system allows no more watches (${error.message}).`,
    todo: 'Raise the limit and start again: sudo sysctl fs.inotify.max_user_instances=512 fs.inotify.max_user_watches=524288',
  };
}
