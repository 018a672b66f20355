import type { CacheNode } from '../ports';
import { connectToNode, type NodeConnection } from './node-connection';
import type { NodeReading } from './node-metrics';
import { readInfo } from './valkey-server';

/** Watches one cluster id over one persistent connection, as ElastiCache's own monitoring does: it counts as a client. */
export interface NodeMonitor {
  /** Null when the node does not answer in time. The connection is then made anew by the next reading. */
  read(node: CacheNode): Promise<NodeReading | null>;
  close(): void;
}

export function createNodeMonitor(deadlineMs: number): NodeMonitor {
  let connection: NodeConnection | null = null;
  let port: number | null = null;

  async function connectionTo(node: CacheNode): Promise<NodeConnection> {
    if (connection?.isOpen() === true && port === node.port) return connection;
    connection?.close();
    connection = await connectToNode({ host: node.host, port: node.port, deadlineMs });
    port = node.port;
    return connection;
  }

  return {
    async read(node) {
      try {
        const info = await readInfo(await connectionTo(node));
        return { info, at: performance.now() };
      } catch {
        // A node that does not answer has no datapoint: zero would say that nobody is connected.
        return null;
      }
    },
    close() {
      connection?.close();
    },
  };
}
