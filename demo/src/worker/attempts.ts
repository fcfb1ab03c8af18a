/** Milliseconds before each attempt to get another device in place of one that was lost: a driver may need time to come back. */
export const ATTEMPTS = [0, 500, 2000];
