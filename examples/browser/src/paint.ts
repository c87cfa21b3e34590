/** A picture of hills at some time of day, different for each number, as a data URL. */
export function paint(number: number): string {
  const hue = (number * 47) % 360;
  const sun = `<circle cx="${20 + ((number * 31) % 80)}" cy="${22 + ((number * 13) % 24)}" r="11" fill="hsl(${hue} 90% 88%)"/>`;
  const hills = [0, 1, 2].map((row) => {
    const top = 48 + row * 13;
    const peak = (number * 17 + row * 43) % 120;
    return `<path d="M0 90V${top}Q${peak} ${top - 26} 120 ${top + 6}V90Z" fill="hsl(${hue} 45% ${48 - row * 13}%)"/>`;
  });
  const sky = `<rect width="120" height="90" fill="hsl(${hue} 60% 72%)"/>`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 90">${sky}${sun}${hills.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(picture)}`;
}
