/** `9,834`; what stands behind a point stays as it is. */
export const countText = (count: number): string => {
  const [whole = '', ...rest] = String(count).split('.');
  return [whole.replace(/\B(?=(?:\d{3})+$)/g, ','), ...rest].join('.');
};

/** `1 event`, `9,834 events`. */
export const countOf = (count: number, thing: string): string =>
  `${countText(count)} ${thing}${count === 1 ? '' : 's'}`;
