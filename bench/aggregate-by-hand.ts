/** What the aggregate of a metric by model answers, as one query. */
export const BY_HAND = `
  SELECT model, count(*), avg(value), min(value), max(value), sqrt(sum((value - mean) * (value - mean)) / (n - 1)),
    max(value) FILTER (WHERE place <= 1 + (n - 1) * 0.5), max(value) FILTER (WHERE place <= 1 + (n - 1) * 0.95)
  FROM (
    SELECT runs.model, value, row_number() OVER (PARTITION BY runs.model ORDER BY value) AS place,
      count(*) OVER (PARTITION BY runs.model) AS n, avg(value) OVER (PARTITION BY runs.model) AS mean
    FROM metrics JOIN runs ON seq = run_seq WHERE name = 'avg_tps' AND headline = 1 AND simulated = 0
  ) GROUP BY model`
