-- Live records that share with another one what identifies them: a contact's email, a company's domain. HubSpot's
-- duplicates become records of their own, so this is how they show. Derived each time it is read, by record_by_identity.
create view workspace.possible_duplicates with (security_invoker = true) as
select r.object_type, r.id as record_id, other.id as other_id
from record r
join record other on other.portal_id = r.portal_id and other.object_type = r.object_type and other.identity = r.identity
  and other.id <> r.id and other.deleted_at is null and other.identity is not null
where r.deleted_at is null and r.identity is not null;
grant select on workspace.possible_duplicates to counterpart_product, counterpart_portal;
