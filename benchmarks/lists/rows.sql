-- A campaign of 100,000 exams and 1,000,000 operations, written by PostgreSQL itself in about a minute.
-- 40,000 exams are read, 10,000 of them by two, whose readings were compared but for the last hundred; 500 are
-- skipped, the others wait; one in fifty is past its day.
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

-- Who reads which exam, and when it was submitted.
CREATE TEMPORARY TABLE given AS
    SELECT e, nth, md5('assignment' || e || 'of' || nth)::uuid AS id,
           md5('reader' || (e + 7 * nth) % 20)::uuid AS reader_id,
           now() - (1 + e % 40) * interval '1 day' - (e % 28800) * interval '1 second' AS read_at
    FROM generate_series(1, 100000) e, generate_series(1, 2) nth
    WHERE nth = 1 OR e <= 10000;

INSERT INTO annotations_assignment (id, created_at, round, state, submitted_at, campaign_id, reader_id,
           study_id, batch, due_on, end_reason, ended_at, grade, opens_on, position, priority,
           shows_preannotation)
    SELECT id, now() - interval '80 days', 1,
           CASE WHEN e <= 40000 THEN 'submitted'
                WHEN e <= 40500 THEN 'skipped' ELSE 'open' END,
           CASE WHEN e <= 40000 THEN read_at END, md5('campaign')::uuid,
           reader_id, md5('study' || e)::uuid, 1 + e / 10000,
           CASE WHEN e % 50 = 0 THEN current_date - 3 END,
           CASE WHEN e > 40000 AND e <= 40500 THEN 'Blurred by movement.' ELSE '' END,
           CASE WHEN e > 40000 AND e <= 40500 THEN now() END,
           '', NULL, (e * 7919) % 100000, 0, false
    FROM given;

CREATE TEMPORARY TABLE reading AS
    SELECT md5('reading' || e || v || nth)::uuid AS id, e, v, nth, given.id AS assignment_id, reader_id, read_at
    FROM given, unnest(ARRAY['CC', 'MLO']) v WHERE e <= 40000;

INSERT INTO annotations_annotation (id, created_at, algorithm_type, state, version, preannotation_shown,
           submitted_at, assignment_id, mammogram_id, reader_id)
    SELECT id, read_at, 'MANUAL', 'submitted', 10, false, read_at, assignment_id,
           md5('image' || e || v)::uuid, reader_id
    FROM reading;

INSERT INTO annotations_annotationoperation (id, created_at, sequence, kind, label, tool, patch, question,
           answer, details, made_at, annotation_id)
    SELECT md5('operation' || e || v || nth || o)::uuid, read_at, o, 'mask', 'bac', 'brush', '\x00'::bytea, '',
           '', '{}', now(), id
    FROM reading, generate_series(1, 10) o;

INSERT INTO annotations_annotationsnapshot (id, created_at, version, label, mask, sha256, area_px,
           annotation_id)
    SELECT md5('snapshot' || e || v || nth)::uuid, now(), 10, 'bac', '\x00'::bytea, md5('mask' || e || v),
           e % 5000, id
    FROM reading;

INSERT INTO annotations_readinginterval (id, created_at, started_at, duration_ms, annotation_id)
    SELECT md5('interval' || e || v || nth || i)::uuid, now(), read_at - i * interval '2 minutes', 60000, id
    FROM reading, generate_series(1, 2) i;

INSERT INTO annotations_readinglength (id, created_at, bac_mm, definition, annotation_id)
    SELECT md5('length' || e || v || nth)::uuid, now(), e % 60, '{}', id FROM reading;

INSERT INTO annotations_examreview (id, created_at, sequence, value, note, assignment_id, reviewer_id)
    SELECT md5('review' || e)::uuid, now(), 1, 'accepted', '', id, md5('expert')::uuid
    FROM given WHERE e <= 10000 AND nth = 1;

-- Images with two readings, and what was found where they are compared.
CREATE TEMPORARY TABLE pair AS
    SELECT row_number() OVER () AS number, md5('image' || e || v)::uuid AS mammogram_id, e, v,
           least(one.id, other.id) AS first_id, greatest(one.id, other.id) AS second_id,
           least(one.reader_id, other.reader_id) AS first_reader_id
    FROM reading one JOIN reading other USING (e, v) WHERE one.nth = 1 AND other.nth = 2 AND e <= 9900;

INSERT INTO annotations_disagreement (id, created_at, label, key, mask, box, area_px, length_px, length_mm,
           campaign_id, mammogram_id)
    SELECT md5('disputed' || number)::uuid, now(), 'bac', md5('key' || number), '\x00'::bytea,
           '[0, 0, 90, 90]', 90, number % 997, (number % 997) * 0.07, md5('campaign')::uuid, mammogram_id
    FROM pair;

INSERT INTO annotations_consensus (id, created_at, label, sequence, rule, readings, mask, sha256,
           campaign_id, mammogram_id, run_id)
    SELECT md5('consensus' || number || label)::uuid, now(), label, 2 * number - (label = 'bac')::int,
           'majority', jsonb_build_array(first_id, second_id), '\x00'::bytea, md5('c' || number),
           md5('campaign')::uuid, mammogram_id, md5('consensusrun')::uuid
    FROM pair, unnest(ARRAY['bac', 'microcalcification']) label;

INSERT INTO annotations_consensussegment (id, created_at, marked_by, read_by, outcome, consensus_id,
           disagreement_id)
    SELECT md5('segment' || number)::uuid, now(), 1, 2, 'tied', md5('consensus' || number || 'bac')::uuid,
           md5('disputed' || number)::uuid FROM pair;

INSERT INTO annotations_disagreementversion (id, created_at, letter, mask, area_px, annotation_id,
           disagreement_id)
    SELECT md5('version' || number)::uuid, now(), 'A', '\x00'::bytea, 90, first_id,
           md5('disputed' || number)::uuid FROM pair;

INSERT INTO annotations_paircomparison (id, created_at, first_sha256, second_sha256, pixel_spacing_row_mm,
           pixel_spacing_column_mm, definition_version, area_first_px, area_second_px, area_both_px,
           line_first_px, line_second_px, inside_first_px, inside_second_px, near_first_px, near_second_px,
           segments_first, segments_second, confirmed_first, confirmed_second, length_first_px,
           length_second_px, length_first_mm, length_second_mm, dice, dice_l_sym, cl_dice, detection_f1)
    SELECT md5('comparison' || number || label)::uuid, now(), md5(label || number), md5('other' || number),
           0.07, 0.07, 1, 900, 800, 700, 90, 80, 70, 60, 85, 75, 3, 3, 2, 2, 90, 80, number % 60,
           number % 61, number % 100 / 100.0, number % 99 / 99.0, number % 98 / 98.0, number % 97 / 97.0
    FROM pair, unnest(ARRAY['bac', 'microcalcification']) label;

INSERT INTO annotations_readingpair (id, created_at, label, is_turned, campaign_id, comparison_id, first_id,
           second_id)
    SELECT md5('pair' || number || label)::uuid, now(), label, false, md5('campaign')::uuid,
           md5('comparison' || number || label)::uuid,
           CASE WHEN one.reader_id = first_reader_id THEN first_id ELSE second_id END,
           CASE WHEN one.reader_id = first_reader_id THEN second_id ELSE first_id END
    FROM pair JOIN reading one ON one.id = first_id, unnest(ARRAY['bac', 'microcalcification']) label;

SET session_replication_role = DEFAULT;

ANALYZE;
