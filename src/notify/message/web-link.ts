/**
 * The address with everything percent-encoded that is not plainly part of one (spaces, quotes, `|<>`, characters
 * outside ASCII), or null for what is not http(s) or longer than `max`: such text is shown, but never becomes a link.
 */
export function webLink(address: string, max: number): string | null {
  if (!/^https?:\/\/[^\s/]/i.test(address)) return null;
  let link = '';
  for (const character of address.toWellFormed()) {
    link += /[\w\-.~:/?#[\]@!$&'()*+,;=%]/.test(character) ? character : encodeURIComponent(character);
    if (link.length > max) return null;
  }
  return link;
}
