import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/** A load balancer as small as can be: each request goes to the next server; one that is not there is a 502. */
export class RoundRobin {
  private next = 0;

  private constructor(
    private readonly server: Server,
    readonly targets: string[],
  ) {
    server.on('request', (incoming: IncomingMessage, answer: ServerResponse) => this.pass(incoming, answer));
  }

  static async start(targets: string[] = []): Promise<RoundRobin> {
    const server = createServer();
    const balancer = new RoundRobin(server, targets);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return balancer;
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  private pass(incoming: IncomingMessage, answer: ServerResponse): void {
    const target = this.targets[this.next++ % Math.max(1, this.targets.length)];
    const refuse = (): void => {
      if (!answer.headersSent) answer.writeHead(502);
      answer.end();
    };
    if (target === undefined) {
      refuse();
      return;
    }
    const { method, headers, url = '/' } = incoming;
    const onward = request(target + url, { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
      response.on('error', refuse);
    });
    onward.on('error', refuse);
    incoming.pipe(onward);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
