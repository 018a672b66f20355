/** Whether a login is one of a list: GitHub's are the same in any case of letters. */
export function isListed(login: string, list: readonly string[]): boolean {
  return list.some((each) => each.toLowerCase() === login.toLowerCase());
}
