"""Imports: real consultations held elsewhere, brought in with their dates, threads and votes.

Nouns: table (a CSV file, read), entry (one text to bring in), consultation (everything a source
holds), remark. Readers (`decidim`, `polis`, `plain`) make a consultation and know no database;
`actions.bring_in` enters it through the real actions. Builds on proposals, deliberations, votes.
"""
