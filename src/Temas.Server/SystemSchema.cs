using Temas.Storage;

namespace Temas.Server;

/// <summary>Tables of the system database: who may do what, and who did what. They hold no customer data.</summary>
internal static class SystemSchema
{
    /// <summary>The steps, append-only.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        // email_key is the address in the form in which it is compared. A person's stamp changes with every password and ends the sessions before it.
        // sign_in_failure counts by the digest of what was typed, known or not, so that its answers tell nothing about who exists.
        new("system", 1, """
            create table person(
              id text not null primary key,
              email text not null,
              email_key text not null unique,
              name text not null,
              language text not null,
              password_hash text not null,
              stamp text not null,
              disabled integer not null,
              created_at bigint not null,
              last_sign_in_at bigint);
            create table membership(
              person text not null references person(id),
              workspace text not null,
              role integer not null,
              added_at bigint not null,
              primary key(person, workspace));
            create index membership_workspace on membership(workspace);
            create table api_token(
              id text not null primary key,
              name text not null,
              digest text not null unique,
              workspace text not null,
              role integer not null,
              created_at bigint not null,
              created_by text not null,
              expires_at bigint,
              last_used_at bigint,
              revoked_at bigint);
            create index api_token_workspace on api_token(workspace);
            create table sign_in_session(
              digest text not null primary key,
              person text not null references person(id),
              stamp text not null,
              created_at bigint not null,
              seen_at bigint not null,
              expires_at bigint not null);
            create index sign_in_session_person on sign_in_session(person);
            create table sign_in_failure(
              digest text not null primary key,
              failures integer not null,
              last_at bigint not null,
              locked_until bigint not null);
            create table installation(
              id integer not null primary key,
              set_up_at bigint not null);
            create table audit_entry(
              id $identity,
              at bigint not null,
              workspace text,
              actor_kind text not null,
              actor text not null,
              action text not null,
              target text not null,
              before_json text,
              after_json text);
            create index audit_entry_workspace on audit_entry(workspace, id);
            """),
        // What a person needs to recognise a session: the browser as it calls itself, and the address that it came from. Both go with the session.
        new("system", 2, """
            alter table sign_in_session add column agent text;
            alter table sign_in_session add column address text;
            """),
        // Links that are good once, by the digest of their secret. What is accepted, used or withdrawn is deleted; the audit trail tells of it.
        // A person has one link for a new password at most: another takes its place.
        new("system", 3, """
            create table invitation(
              id text not null primary key,
              digest text not null unique,
              email text not null,
              email_key text not null,
              workspace text not null,
              role integer not null,
              language text not null,
              invited_by text not null,
              created_at bigint not null,
              expires_at bigint not null,
              unique(workspace, email_key));
            create index invitation_email on invitation(email_key);
            create table password_link(
              person text not null primary key references person(id),
              digest text not null unique,
              created_at bigint not null,
              expires_at bigint not null);
            """),
        // The second factor of a person: its secret, encrypted with the keys of the data folder; confirmed_at is null until a code has shown that the app has it. last_step
        // is the step of the last code that was accepted. A recovery code that was used is gone. pending_sign_in: who has shown the password and not yet the code.
        new("system", 4, """
            create table second_factor(
              person text not null primary key references person(id),
              secret text not null,
              last_step bigint not null,
              created_at bigint not null,
              confirmed_at bigint);
            create table recovery_code(
              person text not null references person(id),
              digest text not null,
              primary key(person, digest));
            create table pending_sign_in(
              digest text not null primary key,
              person text not null references person(id),
              stamp text not null,
              attempts integer not null,
              expires_at bigint not null);
            create index pending_sign_in_person on pending_sign_in(person);
            create table workspace_rule(
              workspace text not null primary key,
              second_factor integer not null);
            """),
        // Who somebody is at an OpenID provider. One person has one identity at a provider.
        new("system", 5, """
            create table external_identity(
              issuer text not null,
              subject text not null,
              person text not null references person(id),
              linked_at bigint not null,
              primary key(issuer, subject),
              unique(person, issuer));
            """),
        // When the person ended the tour of the pages; null until then. Who was there before it is not shown it on the next visit.
        new("system", 6, """
            alter table person add column tour_ended_at bigint;
            update person set tour_ended_at = last_sign_in_at;
            """),
    ];
}
