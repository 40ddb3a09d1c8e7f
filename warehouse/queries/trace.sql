-- Where does the clip $clip come from? One row with everything, none when there is no such clip.
-- The same as the ledger's own answer (ops/trace.py) but for the log's proof: only the ledger keeps its tree.
WITH RECURSIVE asked AS (
    SELECT clips.id AS clip, briefs.*
    FROM clips
    JOIN briefs ON briefs.id = clips.brief
    WHERE clips.id = $clip
),
publication AS (
    SELECT * FROM publications WHERE clip = $clip
),
remarking AS (
    SELECT * FROM remarkings WHERE clip = $clip ORDER BY revision DESC LIMIT 1
),
judged AS (
    -- those the publication names, that of gate 7 on the file shown now; before one, the last of each gate
    SELECT verdicts.*, named.position
    FROM (SELECT unnest(verdicts::VARCHAR[]) AS verdict, generate_subscripts(verdicts::VARCHAR[], 1) AS position
          FROM publication) AS named
    JOIN verdicts AS first ON first.id = named.verdict
    LEFT JOIN remarking ON first.gate = 7
    JOIN verdicts ON verdicts.id = coalesce(remarking.verdict, first.id)
    UNION ALL
    SELECT verdicts.*, verdicts.gate AS position
    FROM verdicts
    JOIN asked ON asked.id = verdicts.brief
    WHERE NOT EXISTS (SELECT 1 FROM publication)
    QUALIFY row_number() OVER (PARTITION BY verdicts.gate ORDER BY verdicts.revision DESC, verdicts.id DESC) = 1
),
used AS (
    SELECT
        rested.position,
        likenesses.id AS likeness_id,
        likenesses.handle AS likeness,
        likenesses.species,
        consents.id AS consent,
        consents.version,
        consents.audience,
        consents.attested_by,
        consents.given_at,
        consents.expires_at,
        log_leaves.hash AS receipt_sha256,
        consents.leaf,
        consents.likeness IN (SELECT likeness FROM withdrawals) AS withdrawn,
        list_contains((SELECT likenesses::VARCHAR[] FROM asked), likenesses.handle) AS in_clip
    FROM publication_likenesses AS rested
    JOIN likenesses ON likenesses.id = rested.likeness
    JOIN consents ON consents.id = rested.consent
    JOIN log_leaves ON log_leaves.index = consents.leaf
    WHERE rested.clip = $clip
),
lineage(clip, depth) AS (
    SELECT $clip, 0
    UNION
    SELECT edges.parent, lineage.depth + 1
    FROM lineage
    JOIN edges ON edges.child = lineage.clip AND edges.relation = 'remix_of'
    WHERE lineage.depth < 64  -- a remix of a remix of …: bounded, should the ledger ever hold a circle
),
ancestor AS (
    SELECT clip, min(depth) AS depth FROM lineage WHERE clip <> $clip GROUP BY clip
),
marked_from AS (
    SELECT edges.parent FROM edges JOIN publication ON publication.clip = edges.child
    WHERE edges.relation = 'marked_from'
),
take AS (
    -- the one that the published file was marked from; where no edge tells, the last
    SELECT takes.*
    FROM takes
    JOIN asked ON asked.id = takes.brief
    ORDER BY 'take:' || takes.master_sha256 IN (SELECT parent FROM marked_from) DESC, takes.revision DESC
    LIMIT 1
),
files AS (
    SELECT manifest, file_sha256, prompt_salt, run, labelled, invisible, leaf, 1 AS choice, revision FROM remarking
    UNION ALL
    SELECT publication.manifest, publication.file_sha256, publication.prompt_salt,
           coalesce(marks.run, publication.run), publication.labelled, publication.invisible, publication.leaf,
           2, publication.revision
    FROM publication
    LEFT JOIN marks ON marks.brief = publication.brief AND marks.manifest = publication.manifest
    UNION ALL
    SELECT marks.manifest, marks.file_sha256, marks.prompt_salt, marks.run, marks.labelled, marks.invisible, NULL,
           3, marks.revision
    FROM marks
    JOIN asked ON asked.id = marks.brief
),
shown AS (
    -- the file that viewers are given now; before a publication, the one marked last
    SELECT * FROM files ORDER BY choice, revision DESC LIMIT 1
),
mark AS (
    SELECT
        manifest,
        file_sha256,
        -- greenroom.domain.base.salted_digest: salt and canonical JSON
        sha256(from_hex(prompt_salt) || encode(to_json(asked.prompt)::VARCHAR)) AS prompt_sha256,
        run,
        labelled AS visible,
        CASE WHEN invisible THEN 'found' ELSE 'not_checked' END AS invisible,
        leaf,
        (
            SELECT coalesce(list(earlier.file_sha256 ORDER BY earlier.revision), [])
            FROM (SELECT file_sha256, revision, manifest FROM publication
                  UNION ALL SELECT file_sha256, revision, manifest FROM remarkings WHERE clip = $clip) AS earlier
            WHERE earlier.manifest <> shown.manifest
        ) AS earlier
    FROM shown, asked
)
SELECT
    asked.clip,
    CASE
        WHEN EXISTS (SELECT 1 FROM removals WHERE clip = $clip) THEN 'removed'
        WHEN EXISTS (SELECT 1 FROM publication)
            THEN CASE
                WHEN EXISTS (
                    SELECT 1 FROM publication_likenesses
                    WHERE clip = $clip AND likeness IN (SELECT likeness FROM withdrawals)
                ) THEN 'withdrawn' ELSE 'published' END
        WHEN EXISTS (SELECT 1 FROM judged WHERE outcome = 'deny') THEN 'denied'
        WHEN EXISTS (SELECT 1 FROM judged WHERE outcome = 'hold') THEN 'held'
        ELSE 'pending'
    END AS status,
    asked.prompt,
    coalesce((SELECT name FROM accounts WHERE id = asked.requester), asked.requester) AS requester,
    (
        SELECT coalesce(list({
            'likeness': likeness, 'species': species, 'consent': consent, 'version': version, 'audience': audience,
            'attested_by': attested_by, 'given_at': given_at, 'expires_at': expires_at,
            'receipt_sha256': receipt_sha256, 'leaf': leaf, 'withdrawn': withdrawn, 'in_clip': in_clip
        } ORDER BY position), [])
        FROM used
    ) AS consents,
    (SELECT coalesce(list(clip ORDER BY depth, clip), []) FROM ancestor) AS ancestors,
    (
        SELECT {
            'generator': generator, 'model': model, 'weights': weights, 'seed': seed, 'seconds': seconds,
            'width': width, 'height': height, 'frames_sha256': frames_sha256
        }
        FROM take
    ) AS take,
    (
        SELECT coalesce(list({
            'gate': gate,
            'name': ['consent', 'prompt', 'storyboard', 'take', 'dialogue', 'safety', 'marks', 'publication'][gate],
            'outcome': outcome,
            'rules': from_json(rules, '[{"id": "VARCHAR", "reason": "VARCHAR"}]'),
            'not_checked': [
                {'name': one.name, 'reason': coalesce(one.reason, '')}
                FOR one IN from_json(evidence, '[{"name": "VARCHAR", "kind": "VARCHAR", "reason": "VARCHAR"}]')
                IF one.kind = 'not_checked'
            ]
        } ORDER BY position), [])
        FROM judged
    ) AS verdicts,
    (
        SELECT {
            'manifest': manifest, 'file_sha256': file_sha256, 'prompt_sha256': prompt_sha256, 'run': run,
            'visible': visible, 'invisible': invisible, 'leaf': leaf, 'earlier': earlier
        }
        FROM mark
    ) AS marks,
    (
        SELECT {'leaf': publication.leaf, 'size': (SELECT max(index) + 1 FROM log_leaves)} FROM publication
    ) AS log,
    coalesce((SELECT run FROM publication), (SELECT run FROM take), '') AS run
FROM asked
