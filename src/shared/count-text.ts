/** `9,834`; what stands behind a point stays as it is. */
export const countText = (count: number): string => {
  if (Number.isInteger(count) && count >= 0 && count < 1_000) return String(count);
  const [whole = '', ...rest] = String(count).split('.');
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ','), ...rest].join('.');
};

/** `1 event`, `9,834 events`. */
export const countOf = (count: number, thing: string): string =>
  `${countText(count)} ${thing}${count === 1 ? '' : 's'}`;
