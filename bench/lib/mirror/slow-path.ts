// A program: passes TCP on to ports of this machine, everything late, as if they were far away.
// node slow-path.mjs MILLISECONDS PORT… prints the ports to connect to instead, one a line, in their order.
import { createConnection, createServer, type Socket } from 'node:net';

const [oneWay, ...ports] = process.argv.slice(2).map(Number) as [number, ...number[]];

/** So much may be under way in one direction of a connection. */
const MOST_UNDER_WAY = 16 * 1024 * 1024;

/** Gives each piece of `from` to `to` one way's time after it came, in order, and the end after them. */
function late(from: Socket, to: Socket): void {
  let underWay = 0;
  from.on('data', (chunk: Buffer) => {
    underWay += chunk.length;
    if (underWay > MOST_UNDER_WAY) from.pause();
    // Timers of one length fire in the order in which they were set.
    setTimeout(() => {
      underWay -= chunk.length;
      if (underWay <= MOST_UNDER_WAY) from.resume();
      if (!to.destroyed) to.write(chunk);
    }, oneWay);
  });
  from.on('end', () => setTimeout(() => to.end(), oneWay));
  from.on('error', () => to.destroy());
  from.on('close', () => setTimeout(() => to.destroySoon(), oneWay));
}

for (const port of ports) {
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
    const far = createConnection({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    late(far, near);
    // A connection on a long way takes one round trip before anything can be sent.
    setTimeout(() => {
      late(near, far);
      near.resume();
    }, 2 * oneWay);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : '');
}
