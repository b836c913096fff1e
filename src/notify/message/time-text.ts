/** `2026-03-01 10:03:00 UTC`; what is no such time stays as it is. */
export const timeText = (iso: string): string => {
  const [date, time] = partsOf(iso);
  return date === undefined || time === undefined ? iso : `${date} ${time} UTC`;
};

/** `10:03 UTC`, with the date where it is not that of `near`. */
export function clockText(iso: string, near: string): string {
  const [date, time] = partsOf(iso);
  if (date === undefined || time === undefined) return iso;
  return `${date === partsOf(near)[0] ? '' : `${date} `}${time.slice(0, 5)} UTC`;
}

/** `2026-03-01 10:00:00 to 10:03:00 UTC`; the second date where it is another; one time where both are equal. */
export function periodText(from: string, to: string): string {
  const [date, time] = partsOf(from);
  if (date === undefined || time === undefined || from === to) return timeText(to);
  const until = timeText(to);
  return `${date} ${time} to ${until.startsWith(`${date} `) ? until.slice(date.length + 1) : until}`;
}

const partsOf = (iso: string): readonly (string | undefined)[] =>
  /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(iso)?.slice(1) ?? [];
