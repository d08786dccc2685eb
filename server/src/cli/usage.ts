/** Words of a command line that make no sense; the message says what would. */
export class UsageError extends Error {}
