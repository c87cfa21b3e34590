import { find } from './find.ts';
import { setUpGallery } from './gallery.ts';
import { setUpMessage } from './message.ts';
import { Server } from './server.ts';
import { setUpToken } from './token.ts';

const latency = find('latency', HTMLInputElement);
const latencyShown = find('latency-shown', HTMLOutputElement);
const table = find('traffic', HTMLTableSectionElement);
const server = new Server(showTraffic);

function showTraffic(): void {
  table.replaceChildren();
  for (const [kind, { requests, open, mostAtOnce }] of Object.entries(server.traffic)) {
    const row = table.insertRow();
    row.innerHTML = `<th scope="row">${kind}s</th><td>${requests}</td><td>${open}</td><td>${mostAtOnce}</td>`;
  }
}

function setLatency(): void {
  server.latency = latency.valueAsNumber;
  latencyShown.textContent = `${latency.value} ms`;
}

latency.addEventListener('input', setLatency);
setLatency();
showTraffic();
setUpToken(server);
setUpGallery(server);
setUpMessage(server);
