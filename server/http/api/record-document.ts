import { MAX_RECORD_BYTES } from "../../workspace/record-bytes.ts";
import type { RecordView } from "../../workspace/record.ts";

/** A record as the API writes it. */
export function recordDocument(record: RecordView) {
  return {
    id: record.id,
    properties: record.properties,
    ...(record.omittedBytes === null
      ? {}
      : { omitted: { bytes: record.omittedBytes, limit: MAX_RECORD_BYTES } }),
    companyId: record.companyId,
    ...record.ends,
    visible: record.visible,
    hubspotId: record.hubspotId,
    sync: {
      ...record.sync,
      pulledAt: record.sync.pulledAt?.toISOString() ?? null,
      pushedAt: record.sync.pushedAt?.toISOString() ?? null,
    },
    createdAt: record.createdAt.toISOString(),
    updatedAt: record.updatedAt.toISOString(),
    deletedAt: record.deletedAt?.toISOString() ?? null,
  };
}
