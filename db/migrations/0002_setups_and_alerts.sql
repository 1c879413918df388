CREATE TABLE `alert_runs` (
	`alert_id` text NOT NULL,
	`n` integer NOT NULL,
	`role` text NOT NULL,
	`test_id` text,
	`result_id` text,
	`due_at` integer NOT NULL,
	PRIMARY KEY(`alert_id`, `n`),
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `alert_runs_test` ON `alert_runs` (`test_id`);--> statement-breakpoint
CREATE INDEX `alert_runs_result` ON `alert_runs` (`result_id`);--> statement-breakpoint
CREATE TABLE `alert_steps` (
	`alert_id` text NOT NULL,
	`n` integer NOT NULL,
	`state` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`alert_id`, `n`),
	FOREIGN KEY (`alert_id`) REFERENCES `alerts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`setup_id` text NOT NULL,
	`agent_id` text,
	`state` text NOT NULL,
	`cause` text NOT NULL,
	`metric` text NOT NULL,
	`delta_pct` real NOT NULL,
	`metrics` text NOT NULL,
	`differs` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`from_at` integer NOT NULL,
	`until_at` integer,
	`silenced_until` integer,
	`silenced_version` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `alerts_created` ON `alerts` (`created_at`);--> statement-breakpoint
CREATE INDEX `alerts_state` ON `alerts` (`state`,`created_at`);--> statement-breakpoint
CREATE INDEX `alerts_setup` ON `alerts` (`setup_id`,`created_at`);--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_holding` ON `alerts` (`setup_id`) WHERE state in ('suspect', 'confirming', 'confirmed', 'acknowledged', 'silenced', 'unclear', 'environment');--> statement-breakpoint
CREATE INDEX `alerts_cause` ON `alerts` (`cause`);--> statement-breakpoint
CREATE TABLE `baselines` (
	`name` text PRIMARY KEY NOT NULL,
	`setup_id` text,
	`segment_from` integer,
	`result_ids` text,
	`note` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `environments` (
	`id` text PRIMARY KEY NOT NULL,
	`facts` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `rules` (
	`setup_id` text PRIMARY KEY NOT NULL,
	`rule` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `segments` (
	`setup_id` text NOT NULL,
	`from_at` integer NOT NULL,
	`reason` text NOT NULL,
	`alert_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`setup_id`, `from_at`),
	FOREIGN KEY (`setup_id`) REFERENCES `setups`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `setup_runs` (
	`setup_id` text NOT NULL,
	`run_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`environment_id` text NOT NULL,
	`valid` integer NOT NULL,
	`reasons` text NOT NULL,
	`judged` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`setup_id`, `run_seq`),
	FOREIGN KEY (`setup_id`) REFERENCES `setups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`run_seq`) REFERENCES `runs`(`seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `setup_runs_at` ON `setup_runs` (`setup_id`,`at`);--> statement-breakpoint
CREATE INDEX `setup_runs_run` ON `setup_runs` (`run_seq`);--> statement-breakpoint
CREATE INDEX `setup_runs_unjudged` ON `setup_runs` (`run_seq`) WHERE judged = 0;--> statement-breakpoint
CREATE TABLE `setup_values` (
	`setup_id` text NOT NULL,
	`metric` text NOT NULL,
	`run_seq` integer NOT NULL,
	`at` integer NOT NULL,
	`value` real NOT NULL,
	`samples` integer,
	PRIMARY KEY(`setup_id`, `metric`, `run_seq`),
	FOREIGN KEY (`setup_id`,`run_seq`) REFERENCES `setup_runs`(`setup_id`,`run_seq`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `setup_values_at` ON `setup_values` (`setup_id`,`metric`,`at`);--> statement-breakpoint
CREATE TABLE `setups` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`hardware_id` text NOT NULL,
	`label` text NOT NULL,
	`model` text NOT NULL,
	`engine` text NOT NULL,
	`agent_id` text,
	`gpu_model` text DEFAULT '' NOT NULL,
	`benchmark` text NOT NULL,
	`load` text NOT NULL,
	`partial` integer NOT NULL,
	`simulated` integer NOT NULL,
	`state` text NOT NULL,
	`state_rank` integer NOT NULL,
	`runs` integer DEFAULT 0 NOT NULL,
	`last_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`summary` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `setups_worst` ON `setups` (`state_rank`,`last_at`);--> statement-breakpoint
CREATE INDEX `setups_hardware` ON `setups` (`hardware_id`);--> statement-breakpoint
CREATE INDEX `setups_model` ON `setups` (`model`,`engine`);--> statement-breakpoint
CREATE INDEX `setups_agent` ON `setups` (`agent_id`);