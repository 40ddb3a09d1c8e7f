-- Which clip is the manifest $manifest of? Of a file it was published as, or marked again as.
SELECT clip FROM publications WHERE manifest = $manifest
UNION ALL
SELECT clip FROM remarkings WHERE manifest = $manifest
LIMIT 1
