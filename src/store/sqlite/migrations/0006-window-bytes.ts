/** Window state is bytes from now on. What older versions wrote as text stays so until it is written anew. */
export const windowBytesSchema = `
CREATE TABLE window_deltas_6 (sequence INTEGER PRIMARY KEY, delta ANY NOT NULL) STRICT;
INSERT INTO window_deltas_6 SELECT sequence, delta FROM window_deltas;
DROP TABLE window_deltas;
ALTER TABLE window_deltas_6 RENAME TO window_deltas;

CREATE TABLE window_shards_6 (shard INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, snapshot ANY NOT NULL) STRICT;
INSERT INTO window_shards_6 SELECT shard, sequence, snapshot FROM window_shards;
DROP TABLE window_shards;
ALTER TABLE window_shards_6 RENAME TO window_shards;
`;
