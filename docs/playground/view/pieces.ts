const pattern =
  /(\/\/.*)|('(?:\\.|[^'])*'|`(?:\\.|[^`])*`)|\b(import|from(?= ')|const|let|async|await|function|return|try|catch|finally|throw|new|if|for|of|in|yield)\b|\b(\d+)\b/g;
const names = ['comment', 'string', 'keyword', 'number'];

/** A line of code in pieces, each with the name of its color. */
export function piecesOf(code: string): { text: string; name?: string }[] {
  const found: { text: string; name?: string }[] = [];
  let end = 0;
  for (const match of code.matchAll(pattern)) {
    found.push({ text: code.slice(end, match.index) });
    const index = match.slice(1).findIndex((group) => group !== undefined);
    found.push({ text: match[0], name: names[index] ?? '' });
    end = match.index + match[0].length;
  }
  return [...found, { text: code.slice(end) }];
}
