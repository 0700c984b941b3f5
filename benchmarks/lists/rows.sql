-- A campaign of 100,000 exams and 1,000,000 operations, written by PostgreSQL itself in about a minute.
-- Half of the exams are read by their reader, 500 skipped, the others wait; one in fifty is past its day.
-- Ids are digests of what they name, so that tables need not look each other's rows up. Foreign keys are not
-- checked while the rows go in, which needs the rights of the database's owner.

SET session_replication_role = replica;

INSERT INTO annotations_patient (id, created_at, code)
    SELECT md5('patient' || p)::uuid, now(), 'P-' || p FROM generate_series(1, 50000) p;

INSERT INTO annotations_study (id, created_at, study_instance_uid, patient_id, shifted_day)
    SELECT md5('study' || e)::uuid, now() - interval '90 days' + e * interval '1 second', '2.25.' || e,
           md5('patient' || (e + 1) / 2)::uuid, e % 4000 FROM generate_series(1, 100000) e;

INSERT INTO annotations_mammogram (id, created_at, sop_instance_uid, source_sha256, pixels_sha256, rows,
           columns, bits_stored, photometric_interpretation, presentation_intent, image_laterality,
           view_position, pixel_spacing_row_mm, pixel_spacing_column_mm, pixel_spacing_source, attributes,
           study_id)
    SELECT md5('image' || e || v)::uuid, now() - interval '90 days' + e * interval '1 second',
           '2.25.' || e || '.' || v, md5('source' || e || v), md5('pixels' || e || v), 3328, 2560, 12,
           'MONOCHROME2', 'FOR PRESENTATION', 'R', v, 0.07, 0.07, 'ImagerPixelSpacing', '{}',
           md5('study' || e)::uuid
    FROM generate_series(1, 100000) e, unnest(ARRAY['CC', 'MLO']) v;

INSERT INTO annotations_assignment (id, created_at, round, state, submitted_at, campaign_id, reader_id,
           study_id, batch, due_on, end_reason, ended_at, grade, opens_on, position, priority,
           shows_preannotation)
    SELECT md5('assignment' || e)::uuid, now() - interval '80 days', 1,
           CASE WHEN e <= 50000 THEN 'submitted'
                WHEN e <= 50500 THEN 'skipped' ELSE 'open' END,
           CASE WHEN e <= 50000 THEN now() - (1 + e % 40) * interval '1 day' - (e % 28800) * interval '1 second' END, md5('campaign')::uuid,
           md5('reader' || e % 20)::uuid, md5('study' || e)::uuid, 1 + e / 10000,
           CASE WHEN e % 50 = 0 THEN current_date - 3 END,
           CASE WHEN e > 50000 AND e <= 50500 THEN 'Blurred by movement.' ELSE '' END,
           CASE WHEN e > 50000 AND e <= 50500 THEN now() END,
           '', NULL, (e * 7919) % 100000, 0, false
    FROM generate_series(1, 100000) e;

INSERT INTO annotations_annotation (id, created_at, algorithm_type, state, version, preannotation_shown,
           submitted_at, assignment_id, mammogram_id, reader_id)
    SELECT md5('reading' || e || v)::uuid, now() - (1 + e % 40) * interval '1 day' - (e % 28800) * interval '1 second', 'MANUAL', 'submitted', 10, false,
           now() - (1 + e % 40) * interval '1 day' - (e % 28800) * interval '1 second', md5('assignment' || e)::uuid, md5('image' || e || v)::uuid,
           md5('reader' || e % 20)::uuid
    FROM generate_series(1, 50000) e, unnest(ARRAY['CC', 'MLO']) v;

INSERT INTO annotations_annotationoperation (id, created_at, sequence, kind, label, tool, patch, question,
           answer, details, made_at, annotation_id)
    SELECT md5('operation' || e || v || o)::uuid, now() - (1 + e % 40) * interval '1 day' - (e % 28800) * interval '1 second', o, 'mask', 'bac', 'brush', '\x00'::bytea, '', '',
           '{}', now(), md5('reading' || e || v)::uuid
    FROM generate_series(1, 50000) e, unnest(ARRAY['CC', 'MLO']) v,
         generate_series(1, 10) o;

INSERT INTO annotations_annotationsnapshot (id, created_at, version, label, mask, sha256, area_px,
           annotation_id)
    SELECT md5('snapshot' || e || v)::uuid, now(), 10, 'bac', '\x00'::bytea, md5('mask' || e || v),
           e % 5000, md5('reading' || e || v)::uuid
    FROM generate_series(1, 50000) e, unnest(ARRAY['CC', 'MLO']) v;

INSERT INTO annotations_readinginterval (id, created_at, started_at, duration_ms, annotation_id)
    SELECT md5('interval' || e || v || i)::uuid, now(), now() - (1 + e % 40) * interval '1 day' - (e % 28800) * interval '1 second' - i * interval '2 minutes',
           60000, md5('reading' || e || v)::uuid
    FROM generate_series(1, 50000) e, unnest(ARRAY['CC', 'MLO']) v, generate_series(1, 2) i;

INSERT INTO annotations_examreview (id, created_at, sequence, value, note, assignment_id, reviewer_id)
    SELECT md5('review' || e)::uuid, now(), 1, 'accepted', '', md5('assignment' || e)::uuid,
           md5('expert')::uuid FROM generate_series(1, 10000) e;

INSERT INTO annotations_disagreement (id, created_at, label, key, mask, box, area_px, length_px, length_mm,
           campaign_id, mammogram_id)
    SELECT md5('disputed' || e)::uuid, now(), 'bac', md5('key' || e), '\x00'::bytea, '[0, 0, 90, 90]', 90,
           e % 997, (e % 997) * 0.07, md5('campaign')::uuid, md5('image' || e || 'CC')::uuid
    FROM generate_series(1, 20000) e;

INSERT INTO annotations_consensus (id, created_at, label, sequence, rule, readings, mask, sha256,
           campaign_id, mammogram_id, run_id)
    SELECT md5('consensus' || e)::uuid, now(), 'bac', e, 'majority', '[]', '\x00'::bytea, md5('c' || e), md5('campaign')::uuid,
           md5('image' || e || 'CC')::uuid, md5('consensusrun')::uuid
    FROM generate_series(1, 20000) e;

INSERT INTO annotations_consensussegment (id, created_at, marked_by, read_by, outcome, consensus_id,
           disagreement_id)
    SELECT md5('segment' || e)::uuid, now(), 1, 2, 'tied', md5('consensus' || e)::uuid,
           md5('disputed' || e)::uuid FROM generate_series(1, 20000) e;

INSERT INTO annotations_disagreementversion (id, created_at, letter, mask, area_px, annotation_id,
           disagreement_id)
    SELECT md5('version' || e)::uuid, now(), 'A', '\x00'::bytea, 90, md5('reading' || e || 'CC')::uuid,
           md5('disputed' || e)::uuid FROM generate_series(1, 20000) e;

SET session_replication_role = DEFAULT;

ANALYZE;
