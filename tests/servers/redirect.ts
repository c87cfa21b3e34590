// Makes the program that imports it find a test's server on the port on which Redis usually is.
import { Socket } from 'node:net';

const { connect } = Socket.prototype;

Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
  const [first] = args.flat() as [{ port?: number } | undefined];
  if (first?.port === 6379) Object.assign(first, { port: Number(process.env.VALVEKIT_PORT), host: '127.0.0.1' });
  return Reflect.apply(connect, this, args);
};
