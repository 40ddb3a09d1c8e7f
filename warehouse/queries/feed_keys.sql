-- Which clips come next in the feed, by key alone? Newest first, those before ($before_at, $before_clip), at most $rows;
-- both NULL for the first. It looks past many that were taken back, which `feed_page` would join for nothing.
SELECT clip, recorded_at AS published_at
FROM publications
WHERE $before_at IS NULL OR (recorded_at <= $before_at AND (recorded_at < $before_at OR clip < $before_clip))
ORDER BY recorded_at DESC, clip DESC
LIMIT $rows
