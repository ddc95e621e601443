-- Evaluations, their items and what the arms said. The same statements on H2 and PostgreSQL.
create table evaluation (
    id varchar(36) primary key,
    status varchar(16) not null,
    created_at timestamp with time zone not null,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    error varchar,
    definition varchar not null,
    items integer not null,
    documents integer not null,
    promotion varchar
);

create index evaluation_created on evaluation (created_at, id);

create table evaluation_item (
    evaluation_id varchar(36) not null references evaluation (id) on delete cascade,
    position integer not null,
    item_id varchar not null,
    subject varchar not null,
    problem varchar not null,
    expected varchar not null,
    primary key (evaluation_id, position)
);

-- One graded answer; the key is what makes an item graded once. agrees_with is the first sample of
-- the same arm and item with an equivalent answer, null where no answer could be extracted.
create table evaluation_answer (
    evaluation_id varchar(36) not null,
    position integer not null,
    arm integer not null,
    sample integer not null,
    correct boolean not null,
    agrees_with integer,
    graded varchar not null,
    primary key (evaluation_id, position, sample, arm),
    foreign key (evaluation_id, position)
        references evaluation_item (evaluation_id, position) on delete cascade
);

create table evaluation_loss (
    evaluation_id varchar(36) not null references evaluation (id) on delete cascade,
    document integer not null,
    arm integer not null,
    nats double precision not null,
    tokens integer not null,
    primary key (evaluation_id, document, arm)
);

-- The work that is left, in the shape that db-scheduler prescribes.
create table scheduled_tasks (
    task_name varchar(100) not null,
    task_instance varchar(100) not null,
    task_data bytea,
    execution_time timestamp with time zone not null,
    picked boolean not null,
    picked_by varchar(50),
    last_success timestamp with time zone,
    last_failure timestamp with time zone,
    consecutive_failures integer,
    last_heartbeat timestamp with time zone,
    version bigint not null,
    priority smallint,
    primary key (task_name, task_instance)
);

create index scheduled_tasks_execution_time on scheduled_tasks (execution_time);
create index scheduled_tasks_last_heartbeat on scheduled_tasks (last_heartbeat);
