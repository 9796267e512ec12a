/** The group that is every device, and cannot be changed. */
export const ALL = 'all';
