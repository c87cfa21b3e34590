import { BarController, BarElement, CategoryScale, Chart, LinearScale, LogarithmicScale, Tooltip } from 'chart.js';
import type { Bar, Chart as Drawing } from './costs.ts';

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LogarithmicScale, Tooltip);

// Beyond this ratio, small values cannot be told apart on a linear scale.
const LARGEST_RATIO = 100;

/** Draws horizontal bars in the colors of the page. */
export function drawBars(canvas: HTMLCanvasElement, { bars, unit }: Drawing): Chart {
  const style = getComputedStyle(canvas);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const faces: Record<Bar['kind'], string> = {
    ours: color('--vp-c-brand-2'),
    sibling: color('--vp-c-brand-3'),
    peer: color('--cost-peer'),
    before: color('--cost-peer'),
    floor: color('--cost-floor'),
  };
  const values = bars.flatMap(({ value }) => value ?? []);
  const isWide = Math.max(...values) > LARGEST_RATIO * Math.min(...values);
  const text = { color: color('--vp-c-text-2'), font: { family: style.fontFamily, size: 12 } };
  return new Chart(canvas, {
    type: 'bar',
    data: {
      labels: bars.map(({ name }) => name),
      datasets: [
        {
          data: bars.map(({ value }) => value ?? null),
          backgroundColor: bars.map(({ kind }) => faces[kind]),
          borderRadius: 4,
          maxBarThickness: 16,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      animation: false,
      maintainAspectRatio: false,
      scales: {
        x: {
          type: isWide ? 'logarithmic' : 'linear',
          ...(isWide && { title: { display: true, text: 'logarithmic', ...text } }),
          grid: { color: color('--vp-c-divider') },
          ticks: { ...text, maxTicksLimit: 6 },
        },
        y: { grid: { display: false }, ticks: { ...text, autoSkip: false } },
      },
      plugins: {
        tooltip: { callbacks: { label: ({ dataIndex }) => `${bars[dataIndex]?.text} ${unit}` } },
      },
    },
  });
}
