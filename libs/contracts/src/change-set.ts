import { z } from 'zod';

const path = z.string().min(1);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** File contents are bytes (encodings and line endings must survive), so they travel as base64. */
const bytes = z.base64();

export const plannedChangeSchema = z.discriminatedUnion('operation', [
  z.object({ operation: z.literal('create'), path, after: bytes }),
  z.object({ operation: z.literal('modify'), path, baseHash: sha256, before: bytes, after: bytes }),
  z.object({ operation: z.literal('delete'), path, baseHash: sha256, before: bytes }),
  z.object({
    operation: z.literal('rename'),
    path,
    from: path,
    baseHash: sha256,
    before: bytes,
    after: bytes,
  }),
]);
/** One file operation that is planned: what it starts from (`baseHash`, SHA-256 of the bytes) and leads to. */
export type PlannedChange = z.infer<typeof plannedChangeSchema>;

/** All file operations of one session; applied whole or not at all. No path occurs twice. */
export const changeSetSchema = z.array(plannedChangeSchema);
export type ChangeSet = z.infer<typeof changeSetSchema>;
