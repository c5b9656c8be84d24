/** @file Names of classes, joined. */

/** 'a b' of those that hold; undefined when none does. */
export const classes = (...names: (string | false | undefined)[]): string | undefined => names.filter(Boolean).join(' ') || undefined;
